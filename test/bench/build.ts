import { existsSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exec } from './exec.ts'

/** Builds the sources as they are into a folder of the benchmark's own. Returns the program's file. */
export async function buildInto(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await exec(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'src', '--outDir', `${folder}/dist`])
  for (const part of ['package.json', 'node_modules']) {
    if (!existsSync(`${folder}/${part}`)) symlinkSync(resolve(part), `${folder}/${part}`)
  }
  return `${folder}/dist/cli/main.js`
}
