import { defineConfig } from 'rolldown'

/**
 * One program of few files: Node takes longer to find and compile five hundred small ones than most runs have to wait for
 * their hosts. What is loaded only at need stays a file of its own, and so does what has a native part or data beside it.
 *
 * All lie in one folder below `dist`, as the sources of a layer do below `src`: what a module finds from its own address
 * is there in both.
 */
export default defineConfig({
  input: {
    main: 'src/cli/main.ts',
    index: 'src/index.ts',
    resources: 'src/resources/index.ts',
    'loader-hooks': 'src/project/loader-hooks.ts',
  },
  platform: 'node',
  external: ['ssh2', '@swc/wasm-typescript', 'zx', 'ejs'],
  output: { dir: 'dist/js', chunkFileNames: '[name].js', sourcemap: true, cleanDir: true },
})
