import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // No test changes what another one sees, and loading the CDK once is much quicker than once per file.
    isolate: false,
    // Templates in unit tests are looked at by the tests themselves; the CDK's own validation runs in `npm run verify`.
    env: { CDK_VALIDATION: 'false', SLUICEGATE_ASSETS: '' },
  },
});
