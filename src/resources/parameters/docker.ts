import { z } from '../../index.ts'

/** The parameter for the name of a container, network or volume, as the engine takes it. */
export function dockerName(): z.ZodType<string, string> {
  return z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,200}$/, {
    error: 'expected a name of letters, digits, "_", "." and "-"',
  })
}

/** The parameter for an image: `nginx:1.27`, `registry.example.com/app@sha256:…`. */
export function dockerImageName(): z.ZodType<string, string> {
  return z
    .string()
    .regex(
      /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
      { error: "expected an image, such as 'nginx:1.27' or 'registry.example.com/app@sha256:…'" },
    )
}

/** The parameter for names and values; a name that does not look so is refused with what was expected. */
export function named<V>(
  name: RegExp,
  value: z.ZodType<V, V>,
  expected: string,
): z.ZodType<Record<string, V>, Record<string, V>> {
  return z
    .record(z.string(), value)
    .refine(given => Object.keys(given).every(one => name.test(one)), { error: `expected ${expected}` })
}

const plain = z.string().regex(/^[^\0]*$/, { error: 'expected text without a NUL byte' })

/** The parameter for names and values that the engine keeps with a thing. */
export function dockerLabels(): z.ZodType<Record<string, string>, Record<string, string>> {
  return named(
    /^(?!rampart\.)[^\s=\0]+$/,
    plain,
    'names without spaces and "="; those that begin with "rampart." are ours',
  )
}

/** The parameter for options of a driver. */
export function driverOptions(): z.ZodType<Record<string, string>, Record<string, string>> {
  return named(/^[^\s=\0]+$/, plain, 'names without spaces and "="')
}

/** The parameter for what to do about an image that is to be used. */
export function pullPolicy(): z.ZodDefault<
  z.ZodEnum<{ missing: 'missing'; always: 'always'; never: 'never' }>
> {
  return z.enum(['missing', 'always', 'never']).default('missing')
}

/** `name=value` in the order of the names, so that the order in which they were written makes no difference. */
export const pairs = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(values)
    .sort()
    .map(name => `${name}=${values[name]}`)
