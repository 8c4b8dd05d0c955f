import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/temporary.ts'],
    // No test changes what another one sees, and loading the CDK once is much quicker than once per file.
    isolate: false,
    // The first test of a run loads the CDK; on a busy machine that takes a while.
    testTimeout: 120_000,
    // Templates in unit tests are looked at by the tests themselves; the CDK's own validation runs in `npm run verify`.
    env: { CDK_VALIDATION: 'false', SLUICEGATE_ASSETS: '' },
  },
});
