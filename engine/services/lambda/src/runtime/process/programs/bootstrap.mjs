// Runs a Node.js function: loads its handler, then answers the events of the Lambda Runtime API.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

import { existsSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const { env } = process;
const TASK_ROOT = env.LAMBDA_TASK_ROOT;
const PROGRAM = process.argv[1];
const require = createRequire(PROGRAM);

/** The request that is under way, as log lines name it. */
let requestId;

/** An error that the runtime finds, not the function. */
class Fault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
    // The stack's first line was made before the name was known.
    this.stack = this.stack.replace(/^Error/, name);
  }
}

/** Paths as a deployed function has them. */
const deployed = (text) =>
  text.replaceAll(PROGRAM, '/var/runtime/index.mjs').replaceAll(`${TASK_ROOT}/`, '/var/task/');

/** An error as AWS tells it. */
function told(error) {
  if (!util.types.isNativeError(error) && !(error?.name && error?.message !== undefined && error?.stack)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const told = {
    errorType: error.name,
    errorMessage: error instanceof Fault ? deployed(error.message) : error.message,
    trace: deployed(String(error.stack)).split('\n'),
  };
  // What an unhandled rejection was rejected with.
  if (error.reason !== undefined) told.reason = error.reason;
  return told;
}

/** An error for the log, with this machine's paths. */
const logged = (error) =>
  util.types.isNativeError(error)
    ? { errorType: error.name, errorMessage: error.message, ...error, stack: String(error.stack).split('\n') }
    : error;

// Console

const LEVELS = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' };

for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...values) => {
    process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values)}\n`);
  };
}

// The Runtime API

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');

function call(method, name, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { agent, host, port, method, path: `/2018-06-01/runtime${name}`, headers },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function post(name, body, errorType) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  if (errorType) headers['lambda-runtime-function-error-type'] = errorType.replace(/[^\x20-\x7e]/g, '?');
  return call('POST', name, body, headers);
}

function postError(name, error) {
  const body = told(error);
  return post(name, JSON.stringify(body), body.errorType);
}

/** The engine is gone, or lets go of this process. */
const leave = () => process.exit(0);

// The handler

const isFile = (file) => existsSync(file) && statSync(file).isFile();

/** Whether the nearest package.json says that `.js` files are ES modules. */
function isModulePackage(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, 'package.json');
    if (isFile(file)) {
      try {
        return JSON.parse(readFileSync(file, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    if (at === TASK_ROOT || at === path.dirname(at)) return false;
  }
}

/** The module of this name: a file of the function's, or a package it brings. */
async function loadModule(folder, name) {
  const file = path.resolve(TASK_ROOT, folder, name);
  const load = (it) => import(pathToFileURL(it).href);
  if (isFile(`${file}.js`)) {
    return isModulePackage(path.dirname(file)) ? load(`${file}.js`) : require(`${file}.js`);
  }
  if (isFile(`${file}.mjs`)) return load(`${file}.mjs`);
  if (isFile(`${file}.cjs`)) return require(`${file}.cjs`);
  if (isFile(file)) return require(file);
  return require(require.resolve(name, { paths: [path.resolve(TASK_ROOT, folder), TASK_ROOT] }));
}

/** The function that `Handler` names: `folder/module.export`, where the export may be nested. */
async function loadHandler(name) {
  if (name.includes('..')) {
    const hint = 'is not a valid handler name. Use absolute paths when specifying root directories in handler names.';
    throw new Fault('Runtime.MalformedHandlerName', `'${name}' ${hint}`);
  }
  const [, module, names] = /^([^.]*)\.(.+)$/.exec(path.basename(name)) ?? [];
  if (!module) throw new Fault('Runtime.MalformedHandlerName', 'Bad handler');
  let found;
  try {
    found = await loadModule(path.dirname(name), module);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Fault('Runtime.UserCodeSyntaxError', String(error));
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) {
      throw new Fault('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
  // `import` wraps what CommonJS exports.
  for (const part of names.split('.')) found = found?.[part] ?? found?.default?.[part];
  if (!found) throw new Fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof found !== 'function') throw new Fault('Runtime.HandlerNotFound', `${name} is not a function`);
  const major = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV)?.[1]);
  if (major >= 24 && found.length >= 3 && !util.types.isAsyncFunction(found)) {
    throw new Fault(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
        'Make the handler async and return its result.',
    );
  }
  return found;
}

// Invocations

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  const done = (error, result) => settle(error, result);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
    done,
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? 'handled', null),
  };
}

class Runtime {
  constructor(handler) {
    this.handler = handler;
    /** What to do when nothing is left to do while an event isn't answered. */
    this.whenIdle = undefined;
  }

  async run() {
    process.on('beforeExit', () => {
      const { whenIdle } = this;
      this.whenIdle = undefined;
      whenIdle?.();
    });
    for (;;) {
      const { status, headers, body } = await call('GET', '/invocation/next').catch(leave);
      if (status !== 200) leave();
      requestId = headers['lambda-runtime-aws-request-id'];
      env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
      const at = `/invocation/${requestId}`;
      try {
        const text = serialised(await this.handleOnce(headers, JSON.parse(body)));
        await post(`${at}/response`, text).catch(leave);
      } catch (error) {
        console.error('Invoke Error', JSON.stringify(logged(error)));
        await postError(`${at}/error`, error).catch(leave);
        // Its event loop has run dry: what the handler waits for never comes.
        if (error?.name === 'Runtime.NodeJsExit') process.exit(13);
      }
    }
  }

  /** The result of one event, by promise or by callback, whichever is first. */
  handleOnce(headers, event) {
    return new Promise((resolve, reject) => {
      let isAsync = false;
      const finish = (settle) => {
        this.whenIdle = undefined;
        settle();
      };
      const context = contextOf(headers, (error, result) => {
        if (error !== undefined && error !== null) finish(() => reject(error));
        else if (context.callbackWaitsForEmptyEventLoop && !isAsync) this.whenIdle = () => resolve(result);
        else finish(() => resolve(result));
      });
      this.whenIdle = () => {
        // A callback that is never called answers null; a promise has to be settled.
        if (!isAsync) return resolve(null);
        reject(
          new Fault(
            'Runtime.NodeJsExit',
            'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a ' +
              'Promise that was never settled. For more information, see ' +
              'https://nodejs.org/docs/latest/api/process.html#exit-codes',
          ),
        );
      };
      const result = this.handler(event, context, context.done);
      if (typeof result?.then === 'function') {
        isAsync = true;
        result.then(
          (value) => finish(() => resolve(value)),
          (error) => finish(() => reject(error)),
        );
      }
    });
  }
}

function serialised(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

/** Ends the process with what nobody caught. */
async function giveUp(label, error, status) {
  console.error(label, JSON.stringify(logged(error)));
  await postError(requestId ? `/invocation/${requestId}/error` : '/init/error', error).catch(() => {});
  process.exit(status);
}

// A terminal's Ctrl-C is for the engine, which ends this process.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => giveUp('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  const error = new Fault('Runtime.UnhandledPromiseRejection', String(reason));
  error.reason = told(reason);
  error.promise = {};
  if (reason?.stack) error.stack = `${error.name}: ${reason}\n${String(reason.stack).split('\n').slice(1).join('\n')}`;
  giveUp('Unhandled Promise Rejection', error, 128);
});

loadHandler(env._HANDLER)
  .then((handler) => new Runtime(handler).run())
  .catch((error) => giveUp('Uncaught Exception', error, 1));
