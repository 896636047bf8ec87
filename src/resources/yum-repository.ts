import { CheckFailed, defineResource } from '../index.ts'
import type { YumRepositorySpec } from './parts/yum-repository-spec.ts'
import { yumRepositorySpec } from './parts/yum-repository-spec.ts'

export type { YumRepositorySpec }

/** A repository that dnf takes packages from: its source, the key that its packages are signed with, and the way to it. */
export const yumRepository = defineResource<typeof yumRepositorySpec, undefined>({
  kind: 'yumRepository',
  spec: yumRepositorySpec,
  id: ({ id }) => `yumRepository ${id}`,
  read: async () => undefined,
  plan() {
    throw new CheckFailed('yumRepository is not there yet')
  },
})
