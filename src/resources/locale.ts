import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, read, run, z } from '../index.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import type { EditedFileState } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import { edited } from './parts/lines.ts'
import { statOf } from './queries/stat.ts'

const name = z.string().regex(/^([a-z]{2,3}_[A-Z]{2}|C)\.UTF-8$/, {
  error: "expected a locale of UTF-8, such as 'de_DE.UTF-8' or 'C.UTF-8'",
})

const spec = z.object({
  lang: name.describe('what LANG is for all logins: `de_DE.UTF-8`, `C.UTF-8`'),
  also: z.array(name).default([]).describe('other locales that are to be there for whoever asks for them'),
})

export type LocaleSpec = z.output<typeof spec>

/** What locales there are, and what the two files say. */
export interface LocaleState {
  /** In their short form: `de_DE.utf8`. */
  readonly available: readonly string[]
  /** Whether there is a locale-gen(8). */
  readonly canGenerate: boolean
  readonly list: EditedFileState
  readonly settings: EditedFileState
  /** Where LANG is set on this host. */
  readonly path: string
}

/**
 * The language of the host: that its locales are there, made by locale-gen(8) where that is the way (Debian, Ubuntu),
 * and that LANG says it to every login. LC_… settings are left alone; who is logged in keeps the old one.
 *
 * @example
 * ```ts
 * locale({ lang: 'C.UTF-8' })
 * ```
 */
export const locale = defineResource<typeof spec, LocaleState>({
  kind: 'locale',
  spec,
  id: () => 'locale',
  touches: () => [LIST, DEBIAN, SYSTEMD].map(fileTouch),
  async read(probe) {
    const [there, marker, list, debian, systemd] = await Promise.all([
      probe.ask(read`locale -a 2>/dev/null; echo; command -v locale-gen`),
      probe.ask(statOf, '/etc/debian_version'),
      readEditedFile(probe, LIST),
      readEditedFile(probe, DEBIAN),
      readEditedFile(probe, SYSTEMD),
    ])
    const [available = '', generator = ''] = there.stdout.split('\n\n')
    const isDebian = debian.look.stat ? debian.look.stat.type !== 'symbolic link' : marker !== null
    return {
      ...{ available: available.split('\n'), canGenerate: generator.trim() !== '', list },
      ...(isDebian ? { path: DEBIAN, settings: debian } : { path: SYSTEMD, settings: systemd }),
    }
  },
  plan(spec, state) {
    const missing = [...new Set([spec.lang, ...spec.also])].filter(
      name => !state.available.includes(short(name)),
    )
    return combinedPlan(generated(missing, state), langPlan(spec, state))
  },
})

const LIST = '/etc/locale.gen'
/** What pam_env(8) of Debian's sshd and login reads. On newer releases it is a link to systemd's. */
const DEBIAN = '/etc/default/locale'
/** locale.conf(5) */
const SYSTEMD = '/etc/locale.conf'

/** `locale -a` says `utf8`. */
const short = (name: string): string => name.replace(/\.UTF-8$/, '.utf8')

function generated(missing: readonly string[], { canGenerate, list }: LocaleState): Plan {
  const [first] = missing
  if (first === undefined) return inSync()
  if (!canGenerate) {
    const [language] = first.split('_')
    throw new CheckFailed(`this host has no locale ${first}, and no locale-gen to make it`, {
      hint: `packages({ names: ['locales'] }) before it brings that; on the family of RHEL glibc-langpack-${language} brings the locale itself.`,
    })
  }
  const edit = (text: string): string => missing.reduce(withLocale, text)
  const line = editPlan({ path: LIST, create: true, hidden: false, edit }, list)
  const make = run({ timeout: 1800 })`locale-gen`
  if (line.status === 'drift') return followedBy(line, make)
  return drift({ kind: 'fields', changes: { locales: ['missing', missing.join(', ')] } }, [make])
}

/** Its line in locale.gen(5), which may be there as a remark. */
const withLocale = (text: string, name: string): string =>
  edited(text, {
    ...{ state: 'present', line: `${name} UTF-8`, firstMatch: true, backrefs: false },
    regexp: new RegExp(`^#?\\s*${name.replace('.', '\\.')}\\s+UTF-8\\s*$`),
  })

function langPlan({ lang }: LocaleSpec, { path, settings }: LocaleState): Plan {
  const edit = (text: string): string =>
    edited(text, {
      ...{ state: 'present', line: `LANG=${lang}`, firstMatch: false, backrefs: false },
      regexp: /^\s*(export\s+)?LANG=/,
    })
  return editPlan({ path, create: true, hidden: false, edit }, settings)
}
