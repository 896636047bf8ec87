import { expect, test } from 'vitest'
import { readArgv } from '../../src/cli/argv.ts'
import type { CommandName } from '../../src/cli/commands.ts'
import { COMMANDS, flagsOf, specOf } from '../../src/cli/commands.ts'
import { helpText } from '../../src/cli/help.ts'

const names = Object.keys(COMMANDS) as CommandName[]

test('the overview names every command', () => {
  for (const name of names) expect(helpText(undefined)).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  expect(helpText('lab')).toContain('lab status')
  expect(helpText('lab')).not.toContain('  run PLAYBOOK')
})

test.each(names)('the help of %s has its usage and every option, on lines that fit', name => {
  const text = helpText(name)
  expect(text).toContain(`  rampart ${name} [options]`)
  for (const flag of Object.keys(flagsOf(specOf(name)))) expect(text).toMatch(new RegExp(`--${flag}\\b`))
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

test.each(names.flatMap(name => specOf(name).examples))('the example is understood: %s', example => {
  const [program, ...words] = example.split(' ')
  expect(program).toBe('rampart')
  expect(readArgv(words)).toHaveProperty('operands')
})
