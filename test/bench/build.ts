import { existsSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exec } from './exec.ts'

/** Builds the sources as they are into a folder of the benchmark's own. Returns the program's file. */
export async function buildInto(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const part of ['package.json', 'tsconfig.json', 'node_modules', 'src']) {
    if (!existsSync(`${folder}/${part}`)) symlinkSync(resolve(part), `${folder}/${part}`)
  }
  await exec('npm', ['run', 'bundle', '--prefix', folder])
  return `${folder}/dist/js/main.js`
}
