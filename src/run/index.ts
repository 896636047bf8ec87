export { list } from './list.ts'
export type { RunRequest } from './request.ts'
export { runPlaybooks } from './run.ts'
