import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Templates in unit tests are looked at by the tests themselves; the CDK's own validation runs in `npm run verify`.
    env: { CDK_VALIDATION: 'false', SLUICEGATE_ASSETS: '' },
  },
});
