import { z } from '../../index.ts'

/** Prefix, instance and type of a whole name (systemd.unit(5)). */
const WHOLE =
  /^[a-zA-Z0-9:_.\\-]+(@[a-zA-Z0-9:_.\\@-]+)?\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/
const TYPED = /.\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/

/**
 * The parameter for a systemd unit: `ssh`, `ssh.socket`, `getty@tty1`. Patterns and paths, which systemctl(1) takes too,
 * are refused, and so are templates: only their instances are units.
 */
export function unitName(): z.ZodType<string, string> {
  return z.string().refine(unit => unit.length < 240 && WHOLE.test(wholeUnitName(unit)), {
    error: "expected the name of a unit, such as 'ssh', 'ssh.socket' or 'getty@tty1'",
  })
}

/** The whole name: without a type it is a service, as for systemctl(1). */
export function wholeUnitName(unit: string): string {
  return TYPED.test(unit) ? unit : `${unit}.service`
}

/** The name for people: a service's without its type. */
export function shortUnitName(unit: string): string {
  return unit.replace(/(.)\.service$/, '$1')
}
