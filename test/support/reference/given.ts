import * as rampart from '../../../src/index.ts'
import type { Resource } from '../../../src/model/resource.ts'
import * as resources from '../../../src/resources/index.ts'
import { evaluated } from './examples.ts'

type Make = (given: never) => Resource
type Given = Readonly<Record<string, unknown>>

/** The parameters that an example gives to its own resource, as they are written. */
export function givenIn(
  name: string,
  example: string,
): { readonly make: (given: Given) => Resource; readonly given: Given } {
  const make = (resources as unknown as Readonly<Record<string, Make>>)[name]
  let found: Given | undefined
  const recorder = (given: Given): Resource => {
    found ??= given
    return (make as Make)(given as never)
  }
  evaluated(example, { ...rampart, ...resources, [name]: recorder })
  if (make === undefined || found === undefined) throw new Error(`the example of ${name} does not use it`)
  return { make: make as (given: Given) => Resource, given: found }
}

/** The same value with each of its texts replaced in turn, by the path to it. */
export function variants(
  value: unknown,
  put: (text: string) => string,
): readonly (readonly [path: string, value: unknown])[] {
  if (typeof value === 'string') return [['', put(value)]]
  if (Array.isArray(value))
    return value.flatMap((one, i) =>
      variants(one, put).map(([path, other]) => [`[${i}]${path}`, value.with(i, other)] as const),
    )
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return []
  // A command is code.
  if ('script' in value) return []
  return Object.entries(value).flatMap(([name, one]) =>
    variants(one, put).map(([path, other]) => [`.${name}${path}`, { ...value, [name]: other }] as const),
  )
}
