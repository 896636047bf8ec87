import { spawn, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Program } from '../support/program.ts'
import { install } from '../support/program.ts'

let program: Program
beforeAll(() => {
  program = install()
}, 120_000)
afterAll(() => program.remove())

describe('passwords', () => {
  /** On a terminal of its own, as script(1) makes one: each answer is typed when its question is there. */
  async function onTerminal(args: string, answers: Readonly<Record<string, string>>) {
    const child = spawn('script', ['-qec', `'${process.execPath}' '${program.main}' ${args}`, '/dev/null'], {
      cwd: program.folder,
      env: program.env(),
    })
    onTestFinished(() => void child.kill())
    const open = new Map(Object.entries(answers))
    let out = ''
    child.stdout.on('data', data => {
      out += data
      for (const [question, answer] of open) {
        if (!out.endsWith(question)) continue
        open.delete(question)
        child.stdin.write(answer)
      }
    })
    const code = await new Promise<number | null>(resolve => child.on('close', resolve))
    return { code, out }
  }

  test('without a terminal there is nobody to ask', () => {
    const { status, stderr } = spawnSync(
      'setsid',
      ['-w', process.execPath, program.main, 'run', 'drift.ts', '-k'],
      {
        cwd: program.folder,
        env: program.env(),
        encoding: 'utf8',
      },
    )
    expect(status).toBe(1)
    expect(stderr).toBe(
      'error: there is no terminal to ask for a password\n  → Set RAMPART_PASSWORD or RAMPART_BECOME_PASSWORD in the environment instead of -k or -K.\n',
    )
  })

  test('are asked for on the terminal and not shown', async () => {
    const { code, out } = await onTerminal('run drift.ts -kK --check', {
      'SSH password: ': 'typed-secretly\r',
      'sudo password (Enter: the same): ': '\r',
    })
    expect(out).toContain('would change')
    expect(out).not.toContain('typed-secretly')
    expect(code).toBe(2)
  })

  test('typed too early they still count', async () => {
    const { code, out } = await onTerminal('run drift.ts -kK --check', { 'SSH password: ': 'one\rtwo\r' })
    expect(out).toContain('would change')
    expect(code).toBe(2)
  })

  test.each([
    ['Ctrl-C', '\x03', 130],
    ['the end of input', '\x04', 1],
  ])('a person may refuse: %s', async (_, key, exitCode) => {
    const { code, out } = await onTerminal('run drift.ts -k', { 'SSH password: ': key })
    expect(out).not.toContain('PLAY')
    expect(code).toBe(exitCode)
  })
})
