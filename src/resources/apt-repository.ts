import { CheckFailed, defineResource } from '../index.ts'
import type { AptRepositorySpec } from './parts/apt-repository-spec.ts'
import { aptRepositorySpec } from './parts/apt-repository-spec.ts'

export type { AptRepositorySpec }

/** A repository that apt takes packages from: its source, the key that it is signed with, and the way to it. */
export const aptRepository = defineResource<typeof aptRepositorySpec, undefined>({
  kind: 'aptRepository',
  spec: aptRepositorySpec,
  id: ({ name }) => `aptRepository ${name}`,
  read: async () => undefined,
  plan() {
    throw new CheckFailed('aptRepository is not there yet')
  },
})
