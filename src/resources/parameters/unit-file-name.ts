import { z } from '../../index.ts'
import { wholeUnitName } from './unit-name.ts'

/** Prefix, `@` with or without an instance, and type (systemd.unit(5)). */
const UNIT_FILE =
  /^[a-zA-Z0-9:_.\\-]+(@[a-zA-Z0-9:_.\\-]*)?\.(service|socket|mount|automount|swap|target|path|timer|slice)$/

/** The parameter for the name of a unit's file, which may be a template: `backup.timer`, `backup@.service`; without its type it is a service. */
export function unitFileName(): z.ZodType<string, string> {
  return z
    .string()
    .overwrite(wholeUnitName)
    .refine(unit => unit.length < 240 && UNIT_FILE.test(unit), {
      error:
        "expected the name of a unit's file, such as 'backup.service', 'backup.timer' or 'backup@.service'",
    })
}

/** Whether it is a template: no unit by itself, as only its instances are. */
export const isTemplate = (unit: string): boolean => unit.includes('@.')

/** Matches the instances of a template among the units that systemd has loaded. */
export const instancesOf = (template: string): string => template.replace('@.', '@*.')
