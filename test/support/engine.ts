import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** What everything is labelled with that a test makes in this machine's Docker engine. */
const MARK = `rampart.test=${process.pid}`

const docker = (...args: readonly string[]): string =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/** Whether this machine has a Docker engine that answers us: the lab starts one. */
export const hasEngine = ((): boolean => {
  try {
    return docker('version', '--format', '{{.Server.Version}}') !== ''
  } catch {
    return false
  }
})()

/** An archive of a root file system that is nothing but busybox, for `docker import`: no registry is asked. */
function busyboxArchive(folder: string): string {
  const root = join(folder, 'root')
  mkdirSync(join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'tmp'))
  cpSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const library of librariesOf('/bin/busybox'))
    cpSync(library, join(root, library), { dereference: true })
  execFileSync('ln', ['-s', 'busybox', join(root, 'bin/sh')])
  for (const name of ['sleep', 'env', 'cat', 'test', 'rm', 'touch', 'httpd']) {
    execFileSync('ln', ['-s', 'busybox', join(root, 'bin', name)])
  }
  const archive = join(folder, 'busybox.tar')
  execFileSync('tar', ['-C', root, '-cf', archive, '.'])
  return archive
}

/** None if it is linked statically. */
function librariesOf(program: string): readonly string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return [...stdout.matchAll(/\/\S+/g)].map(([path]) => path).filter(path => path !== `${program}:`)
}

/** This machine's engine with an image of its own. All that is named by it is gone after the tests of a file. */
export function useEngine() {
  const prefix = `rampart-test-${process.pid}`
  let folder = ''
  beforeAll(() => {
    if (!hasEngine) return
    folder = mkdtempSync(join(tmpdir(), 'rampart-engine-'))
    docker(
      'import',
      '--change',
      `LABEL ${MARK}`,
      '--change',
      'ENV PATH=/bin',
      busyboxArchive(folder),
      image(),
    )
  })
  afterAll(() => {
    if (!hasEngine) return
    const each = (list: readonly string[], name: string, remove: readonly string[]): void => {
      const found = docker(...list, '--filter', `name=${prefix}`, '--format', `{{.${name}}}`)
      for (const one of found.split('\n').filter(Boolean)) docker(...remove, one)
    }
    each(['ps', '--all'], 'Names', ['rm', '-f', '-v'])
    each(['network', 'ls'], 'Name', ['network', 'rm'])
    each(['volume', 'ls'], 'Name', ['volume', 'rm'])
    for (const id of new Set(
      docker('image', 'ls', '--quiet', '--filter', `label=${MARK}`).split('\n').filter(Boolean),
    )) {
      docker('image', 'rm', '-f', id)
    }
    rmSync(folder, { recursive: true, force: true })
  })
  const image = (tag = '1'): string => `${prefix}:${tag}`
  return {
    docker,
    /** A name for something in the engine. */
    named: (name: string): string => `${prefix}-${name}`,
    image,
    folder: (): string => folder,
    /** Makes another image under a tag. */
    tagAnother(tag: string): void {
      docker(
        'import',
        '--change',
        `LABEL ${MARK}`,
        '--change',
        'ENV PATH=/bin',
        '--change',
        `ENV N=${count++}`,
        join(folder, 'busybox.tar'),
        image(tag),
      )
    },
  }
}
let count = 0
