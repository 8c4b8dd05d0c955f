import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CfnTemplate } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { ConcernStack } from '../stacks/concern-stack.ts';

const FOLDER = resolve(import.meta.dirname ?? __dirname, '../../../handlers/notification/templates');

/** The templates of e-mail in `handlers/notification/templates`. */
export type TemplateName = 'todo-reminder-due' | 'upload-ready' | 'upload-rejected';

/** An SES template, from the folder of its name: `subject.txt`, `text.txt` and `body.html`. */
export class MailTemplate extends Construct {
  readonly templateName: string;
  readonly templateArn: string;

  constructor(scope: Construct, id: string, name: TemplateName) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    this.templateName = stack.names.resource(name);
    new CfnTemplate(this, 'Template', {
      template: {
        templateName: this.templateName,
        subjectPart: part(name, 'subject.txt').trim(),
        textPart: part(name, 'text.txt'),
        htmlPart: part(name, 'body.html'),
      },
    });
    this.templateArn = stack.formatArn({ service: 'ses', resource: 'template', resourceName: this.templateName });
  }
}

function part(name: TemplateName, file: string): string {
  const path = join(FOLDER, name, file);
  if (!existsSync(path)) throw new Error(`the template ${name} lacks a part; write it: ${path}`);
  return readFileSync(path, 'utf8');
}
