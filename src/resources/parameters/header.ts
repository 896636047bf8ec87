import type { Text } from '../../index.ts'
import { Secret, z } from '../../index.ts'

/** The parameter for fields of an HTTP request (RFC 9110, 5): names and values, secret or not. */
export function headers(): z.ZodType<Record<string, Text>, Record<string, Text>> {
  const value = z.custom<Text>(
    given => Secret.is(given) || (typeof given === 'string' && isHeaderValue(given)),
    {
      error: 'expected text without line breaks, or a Secret',
    },
  )
  return z.record(z.string(), value).refine(given => Object.keys(given).every(name => NAME.test(name)), {
    error: "expected names such as 'Authorization'",
  })
}

/** A token (RFC 9110, 5.6.2). */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Control characters end a field, or are refused on the way. */
export const isHeaderValue = (value: string): boolean => !/\p{Cc}/u.test(value)

/** The parameter for an address of the web. Spaces and the like have to be encoded: a program may take them for its own. */
export function webAddress(): z.ZodType<string, string> {
  return z
    .string()
    .refine(url => /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(url) && URL.canParse(url) && isAscii(url), {
      error: "expected an address, such as 'https://example.com/tool.tar.gz', with all else percent-encoded",
    })
}

const isAscii = (text: string): boolean => /^[!-~]*$/.test(text)
