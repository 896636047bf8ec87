import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Program } from '../support/program.ts'
import { install } from '../support/program.ts'

let program: Program
beforeAll(() => {
  program = install()
}, 120_000)
afterAll(() => program.remove())

const rampart = (...args: string[]) => program.run(...args)

const jsonOf = (lines: string) =>
  lines
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

test.each([['--help'], ['--version'], ['lab', '--help'], ['run', '--help']])(
  '%s %s loads nothing heavy',
  (...args) => {
    const hook = `data:text/javascript,${encodeURIComponent(
      'export async function load(url, context, next) { process._rawDebug(url); return next(url, context) }',
    )}`
    const register = `data:text/javascript,${encodeURIComponent(`import { register } from 'node:module'; register(${JSON.stringify(hook)})`)}`
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', register, program.main, ...args.filter(arg => arg !== undefined)],
      { encoding: 'utf8' },
    )
    const loaded = stderr.split('\n').filter(line => line.startsWith('file:'))
    expect(status).toBe(0)
    expect(loaded.some(url => url.endsWith('/dist/js/main.js'))).toBe(true)
    expect(loaded.filter(url => !url.includes('/dist/js/'))).toEqual([])
    const bytes = loaded.reduce((sum, url) => sum + statSync(new URL(url)).size, 0)
    expect(bytes).toBeLessThan(100_000)
  },
)

describe('a mistake is one message', () => {
  test('on standard error, exit code 1', () => {
    expect(rampart('run', 'drift.ts', '--limti', 'x')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: rampart run has no option --limti\n  → Did you mean --limit?\n',
    })
  })

  test.each([
    ['of the arguments', ['run', 'drift.ts', '--json', '--limti'], 'UsageError'],
    ['of a value', ['run', 'drift.ts', '--json', '-f', 'x'], 'UsageError'],
    ['of the playbook', ['run', 'nowhere.ts', '--json'], 'PlaybookError'],
    ['of a listing', ['list', 'nowhere.ts', '--json'], 'PlaybookError'],
  ])('with --json an error event and the recap line: %s', (_, args, name) => {
    const { status, stdout, stderr } = rampart(...args)
    const events = jsonOf(stdout)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(events).toHaveLength(2)
    expect(events[0]).toMatchObject({ event: 'error', name })
    expect(events[1]).toEqual({ event: 'recap', hosts: {}, exitCode: 1, ms: expect.any(Number) })
  })
})

test('a dry run on the screen', () => {
  const { status, stdout, stderr } = rampart('run', 'drift.ts', '--check')
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
  expect(stdout).toContain('DRY RUN')
  expect(stdout).toMatch(/^ {2}would change +\d+ ms {2}localhost {2}one$/m)
  expect(stdout).toContain('      +hello\n')
  expect(stdout).toMatch(
    /Dry run, nothing was changed: 1 would change on 1 host, in .* Exit code 2: there is drift\.\n$/,
  )
})

test('a dry run as JSON lines', () => {
  const { status, stdout } = rampart('run', 'drift.ts', '-C', '--json')
  const events = jsonOf(stdout)
  expect(status).toBe(2)
  expect(events.map(({ event }) => event)).toEqual(['start', 'host', 'play', 'task', 'task', 'recap'])
  expect(events.at(-1)).toMatchObject({ exitCode: 2, hosts: { localhost: { ok: 1, wouldChange: 1 } } })
})

test('a listing', () => {
  expect(rampart('list', 'drift.ts').stdout).toContain('  localhost\n    one\n    two\n')
  expect(rampart('run', 'drift.ts', '--list-hosts').stdout).toContain('  localhost  localhost\n')
  expect(jsonOf(rampart('list', 'drift.ts', '--json').stdout).map(({ event }) => event)).toEqual([
    'listing',
    'recap',
  ])
})

test('when nobody reads any more, the run goes on and nobody complains (R01)', () => {
  const script = `{ "$0" "$1" run drift.ts --check; echo $? > rc; } | head -n 1`
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, program.main], {
    cwd: program.folder,
    env: program.env(),
    encoding: 'utf8',
  })
  expect(stdout).toMatch(/^drift\.ts · 1 host of /)
  expect(stderr).toBe('')
  expect(readFileSync(join(program.folder, 'rc'), 'utf8')).toBe('2\n')
})

/** Starts a slow run and waits until it says that it is at it. */
async function slowRun(): Promise<{
  child: ChildProcess
  end: Promise<{ code: number | null; out: string }>
}> {
  const child = spawn(process.execPath, [program.main, 'run', 'slow.ts', '--check'], {
    cwd: program.folder,
    env: program.env(),
  })
  let out = ''
  const begun = new Promise<void>(resolve => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', data => {
        out += data
        if (out.includes('PLAY')) resolve()
      })
  })
  const end = new Promise<{ code: number | null; out: string }>(resolve =>
    child.on('close', code => resolve({ code, out })),
  )
  await Promise.race([begun, end])
  return { child, end }
}

describe('an interrupted run', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('finishes what is under way: %s', async signal => {
    const { child, end } = await slowRun()
    child.kill(signal)
    const { code, out } = await end
    expect(code).toBe(130)
    expect(out).toContain('Interrupted: finishing what is under way')
    expect(out).toMatch(/Exit code 130: interrupted\.\n$/)
  })

  test('leaves at once the second time', async () => {
    const { child, end } = await slowRun()
    child.kill('SIGINT')
    child.stderr?.once('data', () => child.kill('SIGINT'))
    const { code, out } = await end
    expect(code).toBe(130)
    expect(out).toContain('Leaving at once')
    expect(out).toMatch(/Exit code 130: interrupted\.\n$/)
  })
})

test('an error that nobody caught ends the run in order, exit code 70 (R07)', () => {
  const { status, stdout } = rampart('run', 'forgetful.ts', '--check', '--json')
  const events = jsonOf(stdout)
  expect(status).toBe(70)
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'error',
      name: 'Defect',
      message: expect.stringContaining('TypeError: odd'),
    }),
  )
  expect(events.at(-1)).toMatchObject({ event: 'recap', exitCode: 70 })
})
