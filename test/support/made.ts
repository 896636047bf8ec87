import { defineResource, drift, inSync, read, run, z } from '../../src/index.ts'

/** A resource with a cure of its own, of which a file is all that it touches, as it says. */
export const made = defineResource({
  kind: 'made',
  spec: z.object({ path: z.string(), script: z.string() }),
  id: ({ path }) => `made ${path}`,
  touches: ({ path }) => [`file:/${path.slice(1)}`],
  read: async (probe, { path }) => (await probe.ask(read`test -e ${path}`)).code === 0,
  plan: ({ path, script }, there) =>
    there ? inSync() : drift({ kind: 'fields', changes: { path: ['absent', path] } }, [run`eval ${script}`]),
})
