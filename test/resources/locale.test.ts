import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { locale } from '../../src/resources/index.ts'
import { bench, drifted, isRoot } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'

const edited = (text: string | null) => ({
  look: fileState(text, text).look,
  content: text === null ? null : Buffer.from(text),
})
const planned = (
  given: object,
  { available = ['C.utf8'], canGenerate = true, list = '', conf = 'LANG=C.UTF-8\n' },
) =>
  locale.type.plan(locale({ lang: 'C.UTF-8', ...given }).spec as never, {
    ...{ available, canGenerate, list: edited(list), settings: edited(conf), path: '/etc/default/locale' },
  })
const texts = (plan: ReturnType<typeof planned>) => {
  const { diff, cure } = drifted(plan)
  const scripts = cure
    .map(step => ('script' in step ? step.script : ''))
    .filter(script => script === 'locale-gen')
  return { after: diff.kind === 'text' ? diff.after : null, changes: diff.changes, scripts }
}

describe('a locale', () => {
  test('that is there, and said', () => {
    expect(planned({}, {})).toEqual({ status: 'in-sync' })
  })

  test.each<[string, string, string]>([
    ['is a remark', '# de_DE ISO-8859-1\n# de_DE.UTF-8 UTF-8\n', '# de_DE ISO-8859-1\nde_DE.UTF-8 UTF-8\n'],
    ['is not listed', 'fr_FR.UTF-8 UTF-8\n', 'fr_FR.UTF-8 UTF-8\nde_DE.UTF-8 UTF-8\n'],
  ])('that %s is listed and made', (_, list, after) => {
    expect(texts(planned({ also: ['de_DE.UTF-8'] }, { list }))).toMatchObject({
      after,
      scripts: ['locale-gen'],
    })
  })

  test('that is listed and was not made is made', () => {
    expect(texts(planned({ also: ['de_DE.UTF-8'] }, { list: 'de_DE.UTF-8 UTF-8\n' }))).toEqual({
      ...{ after: null, scripts: ['locale-gen'], changes: { locales: ['missing', 'de_DE.UTF-8'] } },
    })
  })

  test.each<[string, string, string]>([
    ['another', 'LC_TIME=en_GB.UTF-8\nLANG=en_US.UTF-8\n', 'LC_TIME=en_GB.UTF-8\nLANG=C.UTF-8\n'],
    ['none', '', 'LANG=C.UTF-8\n'],
    ['a quoted', 'LANG="C.UTF-8"\n', 'LANG=C.UTF-8\n'],
  ])('takes the place of %s', (_, conf, after) => {
    expect(texts(planned({}, { conf }))).toMatchObject({ after, scripts: [] })
  })

  test('that cannot be made is an error with its cure', () => {
    const plan = () => planned({ lang: 'de_DE.UTF-8' }, { canGenerate: false })
    expect(plan).toThrow(/has no locale de_DE\.UTF-8, and no locale-gen/)
  })
})

test.each(['de_DE', 'de_DE.utf8', 'de', 'de_DE.UTF-8; id', ''])('%j is refused', lang => {
  expect(() => locale({ lang })).toThrow(/locale\(\{…\}\)\.lang .*expected a locale of UTF-8/s)
})

describe.skipIf(!isRoot)('by locale-gen', () => {
  let system: PrivateSystem
  beforeAll(async () => {
    system = await privateSystem()
    // What is made is seen here alone.
    system.inside(
      'mkdir /etc/made && mount --bind /etc/made /usr/lib/locale && rm -f /etc/default/locale /etc/locale.conf',
    )
  })
  afterAll(() => system[Symbol.dispose]())

  test('it is made and is there for programs, and the second look finds nothing', {
    timeout: 120_000,
  }, async () => {
    using host = bench(system.far())
    await host.converge(locale({ lang: 'de_DE.UTF-8' }))
    expect(
      system.inside(
        'locale -a 2>/dev/null | grep de_DE; cat /etc/default/locale; LC_ALL=de_DE.UTF-8 date -d 2026-03-01 +%B',
      ),
    ).toBe('de_DE.utf8\nLANG=de_DE.UTF-8\nMärz\n')
    expect(await host.converge(locale({ lang: 'de_DE.UTF-8' }))).toBeUndefined()
    system.inside('rm /etc/default/locale && ln -s ../locale.conf /etc/default/locale')
    await host.converge(locale({ lang: 'de_DE.UTF-8' }))
    expect(system.inside('readlink /etc/default/locale; cat /etc/locale.conf')).toBe(
      '../locale.conf\nLANG=de_DE.UTF-8\n',
    )
  })
})
