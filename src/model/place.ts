import { relative } from 'node:path'

/** Where something stands in a file that a person wrote: `inventory/hosts.yaml:8:62`. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** `file`, `file:line` or `file:line:column`, as editors and terminals link it. */
export function showPlace({ file, line, column }: Place): string {
  return [file, line, line === undefined ? undefined : column].filter(part => part !== undefined).join(':')
}

/** A file as a person would name it: from the current folder, if it is inside. */
export function fromHere(file: string): string {
  const short = relative(process.cwd(), file)
  return short === '' || short.split('/')[0] === '..' ? file : short
}
