/** The page: files are chosen, dropped or pasted, and become media. */

import { fingerprintOf, Graphql, MediaApi, Memory, put, Uploads } from '../client/index.ts';
import { announce, find } from './dom.ts';
import { Job, type Subject } from './job.ts';
import { Turns } from './turns.ts';
import './style.css';

/** Where the API is, seen from the page. */
const API = '/media/graphql';

/** Of a large file four parts are sent at once: more than two files would only slow each other down. */
const FILES_AT_ONCE = 2;

const uploads = new Uploads({ api: new MediaApi(new Graphql(API)), memory: new Memory(localStorage), put });
const turns = new Turns(FILES_AT_ONCE);
const jobs = new Map<string, Job>();
const list = find<HTMLElement>(document, '#uploads');
const input = find<HTMLInputElement>(document, '#files');

function open(subject: Subject): Job {
  const job = new Job(subject, {
    uploads,
    turns,
    choose: () => input.click(),
    left: () => jobs.delete(subject.fingerprint),
  });
  jobs.set(subject.fingerprint, job);
  list.prepend(job.card.element);
  return job;
}

function take(files: Iterable<File>): void {
  const taken = [...files];
  for (const file of taken.toReversed()) {
    const fingerprint = fingerprintOf(file);
    // What is under way goes on; what is over begins anew.
    const known = jobs.get(fingerprint);
    if (known?.isSettled) known.leave();
    else if (known && !known.awaitsFile) continue;
    const job = jobs.get(fingerprint) ?? open({ fingerprint, fileName: file.name, bytes: file.size });
    job.start(file);
  }
  if (taken.length > 0) announce(taken.length === 1 ? '1 file was added.' : `${taken.length} files were added.`);
}

input.addEventListener('change', () => {
  take(input.files ?? []);
  // So that the same file can be chosen again.
  input.value = '';
});

const page = document.documentElement;
let inside = 0;
const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
page.addEventListener('dragenter', (event) => {
  if (!carriesFiles(event)) return;
  inside += 1;
  page.classList.add('dropping');
});
page.addEventListener('dragleave', (event) => {
  if (!carriesFiles(event)) return;
  inside -= 1;
  page.classList.toggle('dropping', inside > 0);
});
page.addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
page.addEventListener('drop', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  inside = 0;
  page.classList.remove('dropping');
  take(event.dataTransfer?.files ?? []);
});
page.addEventListener('paste', (event) => take(event.clipboardData?.files ?? []));

for (const begun of uploads.unfinished()) void open(begun).resume(begun);
