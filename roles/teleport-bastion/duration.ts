import { z } from 'rampart'

const UNITS = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/

/**
 * A time span as Teleport prints it, `8h0m0s`: what is given shorter, such as `8h`, becomes that. More than nothing, and no
 * more than so many hours.
 */
export function duration(otherwise: string, atMost = 8760) {
  return z
    .string()
    .refine(text => text !== '' && UNITS.test(text), "expected a time span, such as '8h' or '1h30m0s'")
    .refine(text => seconds(text) > 0, 'expected more than nothing')
    .refine(text => seconds(text) <= atMost * 3600, `expected ${atMost} hours at most`)
    .transform(canonical)
    .prefault(otherwise)
}

/** As Go prints it: no unit above the hour, and every unit below the first. */
export function canonical(text: string): string {
  const all = seconds(text)
  const [h, m, s] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60]
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`
}

/** In seconds. */
export function seconds(text: string): number {
  const [, hours = 0, minutes = 0, rest = 0] = UNITS.exec(text) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)
}
