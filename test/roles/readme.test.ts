import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Role, z } from '../../src/index.ts'
import { variablesTable } from '../support/variables-table.ts'

const roles = join(import.meta.dirname, '../../roles')

test.each(readdirSync(roles))('the README of %s lists its variables as its schema has them', async name => {
  const { default: role } = (await import(join(roles, name, 'role.ts'))) as { default: Role<z.ZodObject> }
  expect(role.role).toBe(name)
  expect(readFileSync(join(roles, name, 'README.md'), 'utf8')).toContain(`\n${variablesTable(role.vars)}\n`)
})
