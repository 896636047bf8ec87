export { list } from './list.ts'
export type { AbortSignals, ListRequest, RunRequest, Selection } from './request.ts'
export { runPlaybooks } from './run.ts'
