import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/fail-on-console.ts'],
    // Real shells and real sshds on a busy machine: a test fails by what it finds, not by how long that takes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // They wait for hosts more than they compute.
    maxWorkers: 4,
    // On a machine that others use too, once more tells a defect from a moment's load; the report says which were tried twice.
    retry: process.env['CI'] ? 1 : 0,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      // The states that must not compile, and what they import. All the rest is for `npm run types`.
      tsconfig: 'test/types/tsconfig.json',
      ignoreSourceErrors: true,
    },
    // What CI adds up.
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: 'coverage/results.json' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      thresholds: { lines: 95, branches: 90 },
    },
  },
})
