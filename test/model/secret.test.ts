import { format, inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { VariableError } from '../../src/model/error.ts'
import { reveal, revealed, Secret, writing } from '../../src/model/secret.ts'

const POISON = 'poison-7f3a'

afterEach(() => vi.unstubAllEnvs())

describe('a secret', () => {
  test.each<[how: string, print: (secret: Secret) => string]>([
    ['String()', secret => String(secret)],
    ['a template literal', secret => `${secret}`],
    ['concat', secret => 'a'.concat(secret as never)],
    ['join', secret => [secret, { secret }].join()],
    ['JSON', secret => JSON.stringify({ secret, list: [secret] })],
    ['inspect', secret => inspect(secret)],
    [
      'inspect, deep and with all that is hidden',
      secret => inspect({ a: [secret] }, { depth: 9, showHidden: true }),
    ],
    ['inspect without its own', secret => inspect(secret, { customInspect: false, showHidden: true })],
    ['%s', secret => format('%s %o %O %j', secret, secret, secret, secret)],
    ['its keys', secret => JSON.stringify([Object.entries(secret), { ...secret }])],
    ['a clone', secret => inspect(structuredClone(secret))],
    ['an error', secret => inspect(new Error(`no ${secret}`, { cause: secret }))],
  ])('is not told by %s', (_, print) => {
    const secret = new Secret(POISON)
    secret.reveal()
    expect(print(secret)).not.toContain(POISON)
  })

  test('is known by its symbol, so that one of another copy of rampart is one too', () => {
    expect(
      [new Secret(''), { [Symbol.for('rampart.Secret')]: true }, 'x', null, undefined, {}].map(Secret.is),
    ).toEqual([true, true, false, false, false, false])
  })

  test('given as a function is read once, when it is needed, and then known to the redactor', () => {
    const value = vi.fn(() => 'lazy-9c1d')
    const secret = new Secret(value)
    expect(`${secret}${inspect(secret)}`).toBe('***Secret(***)')
    expect(value).not.toHaveBeenCalled()
    expect(revealed()).not.toContain('lazy-9c1d')
    expect([secret.reveal(), secret.reveal()]).toEqual(['lazy-9c1d', 'lazy-9c1d'])
    expect(value).toHaveBeenCalledOnce()
    expect(revealed()).toContain('lazy-9c1d')
  })

  test('of the environment is read when it is needed', () => {
    vi.stubEnv('RAMPART_TEST', '')
    const secret = Secret.env('RAMPART_TEST')
    expect(() => secret.reveal()).toThrow(
      expect.objectContaining({
        name: 'VariableError',
        message: 'the environment variable RAMPART_TEST is not set',
        hint: 'export RAMPART_TEST=… before the run.',
      }),
    )
    expect(() => secret.reveal()).toThrow(VariableError)
    vi.stubEnv('RAMPART_TEST', 'x')
    expect(secret.reveal()).toBe('x')
  })
})

test('text is revealed, secret or not', () => {
  expect([reveal('a'), reveal(new Secret('b'))]).toEqual(['a', 'b'])
})

describe('content', () => {
  test('is plain when no secret came into it', () => {
    expect(writing(() => 'port 22')).toBe('port 22')
  })

  test('with a secret in it is that secret, however it came in', () => {
    const secret = new Secret(POISON)
    const made = writing(() => `${secret} ${JSON.stringify(secret)} ${[secret]} ${secret.reveal()}`)
    expect(Secret.is(made) && made.reveal()).toBe(`${POISON} "${POISON}" ${POISON} ${POISON}`)
    expect(`${secret}`).toBe('***')
  })

  test('inside other content makes that secret if it was put in', () => {
    const inner = (): string => String(writing(() => `${new Secret('a')}`))
    expect(Secret.is(writing(inner))).toBe(true)
    expect(writing(() => `${Secret.is(writing(() => `${new Secret('a')}`))}`)).toBe('true')
  })

  test('reads no secret before it is read itself, so that a list can be made without any', () => {
    const value = vi.fn(() => 'late-4e2b')
    const secret = new Secret(value)
    const made = writing(() => `${secret}${secret.reveal()}`)
    expect(Secret.is(made)).toBe(true)
    expect(value).not.toHaveBeenCalled()
    expect([reveal(made), reveal(made)]).toEqual(['late-4e2blate-4e2b', 'late-4e2blate-4e2b'])
    expect(value).toHaveBeenCalledOnce()
  })

  test('that cannot be made without the secret is made with it', () => {
    const key = new Secret('{"id":"a1"}')
    const made = writing(() => `id ${JSON.parse(`${key}`).id}`)
    expect(Secret.is(made) && made.reveal()).toBe('id a1')
    expect(() => writing(() => JSON.parse(`${new Secret('{')}`))).toThrow(SyntaxError)
  })

  test('that could not be made leaves no secret open', () => {
    expect(() =>
      writing(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(`${new Secret(POISON)}`).toBe('***')
  })
})
