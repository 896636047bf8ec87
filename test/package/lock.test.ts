import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Locked {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

test('the lock names every package of every platform: npm ci refuses it otherwise', () => {
  const locked = new Set(Object.keys(packages).map(path => path.split('node_modules/').at(-1)))
  const wanted = Object.values(packages).flatMap(({ dependencies, optionalDependencies }) =>
    Object.keys({ ...dependencies, ...optionalDependencies }),
  )
  expect(wanted.length).toBeGreaterThan(100)
  expect([...new Set(wanted)].filter(name => !locked.has(name))).toEqual([])
  expect(Object.keys(packages).filter(path => packages[path]?.version === undefined)).toEqual([])
})

test('the lock and the description ask for the same', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(packages['']).toMatchObject({ dependencies, devDependencies })
})
