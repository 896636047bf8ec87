export { createSsh } from './ssh.ts'
export type { SshOptions } from './world.ts'
