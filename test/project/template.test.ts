import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { TemplateError } from '../../src/model/error.ts'
import { Secret } from '../../src/model/secret.ts'
import { renderTemplate, templates } from '../../src/project/template.ts'

const root = mkdtempSync(join(tmpdir(), 'rampart-template-'))
afterAll(() => rmSync(root, { recursive: true }))

/** A role's folder of its own, with these files. */
function role(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(root, 'role-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const render = (text: string, data: object = {}) => renderTemplate(role({ 't.ejs': text }), 't.ejs', data)

function mistake(what: () => unknown): TemplateError {
  try {
    what()
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError)
    return error as TemplateError
  }
  throw new Error('nothing was thrown')
}

describe('what is printed', () => {
  test.each<[text: string, data: object, rendered: string]>([
    ['Port <%= port %>\n', { port: 22 }, 'Port 22\n'],
    ['<%= a %>', { a: `<&>"'` }, `<&>"'`],
    ['<%= off %> <%= big %>', { off: false, big: 2n ** 64n }, 'false 18446744073709551616'],
    ['<%= empty %>|<%= 0 %>|<%=-1 %>', { empty: '' }, '|0|-1'],
    ['a\r\nb \\ "c" `${d}`\n\n', {}, 'a\r\nb \\ "c" `${d}`\n\n'],
    [
      '<% for (const n of list) { -%>\nserver <%= n %>;\n<% } -%>\n',
      { list: [1, 2] },
      'server 1;\nserver 2;\n',
    ],
    ['  <%_ if (on) { _%>\nyes\n  <%_ } _%>\n', { on: true }, 'yes\n'],
    ['<%# a note: <b> %>x<%% y %%>', {}, 'x<% y %>'],
    ['<%= vars.a.b %>', { vars: { a: { b: 'deep' } } }, 'deep'],
    ['<%= url %>', { url: new URL('https://a.example/x') }, 'https://a.example/x'],
    ['<%= interface %> <%= locals["max-auth"] %>', { interface: 'eth0', 'max-auth': 3 }, 'eth0 3'],
    ["<%= typeof gone === 'undefined' %>", {}, 'true'],
    ['<%= locals.class %>', { class: 'x' }, 'x'],
    ['\uFEFFx', {}, 'x'],
  ])('%j of %o', (text, data, rendered) => {
    expect(render(text, data)).toBe(rendered)
  })
})

describe('a mistake in a template', () => {
  test.each<
    [text: string, data: object, at: [line: number, column?: number], message: string, hint?: string]
  >([
    ['a\n<%= port %>', { prot: 22 }, [2], 'port is not defined', 'Did you mean "prot"?'],
    ['a\nb: <%= port %>', { port: undefined }, [2, 4], 'port is undefined'],
    ['<%= a %>:<%= b.c %>', { a: 1, b: {} }, [1, 10], 'b.c is undefined'],
    [
      '\n\n<%= vars.missing.deep %>',
      { vars: {} },
      [3],
      "Cannot read properties of undefined (reading 'deep')",
    ],
    ['<%= a %>', { a: null }, [1, 1], 'a is null'],
    ['<%= a - 1 -%>', { a: 'x' }, [1, 1], 'a - 1 is NaN'],
    ['<%= a %>', { a: [1] }, [1, 1], 'a is a list', "Say how it is printed: <%= a.join(', ') %>."],
    ['<%= a %>', { a: { b: 1 } }, [1, 1], 'a is an object', 'Print one of its properties.'],
    ['<%= a %>', { a: Object.create(null) }, [1, 1], 'a is an object', 'Print one of its properties.'],
    ['<%= a %>', { a: () => 1 }, [1, 1], 'a is a function'],
    ['<%= %>', {}, [1, 1], ' is undefined'],
    [
      'x\n  <%- a %>',
      { a: 1 },
      [2, 3],
      '<%- would print nothing for what is undefined',
      'Write <%=, which prints as it is, too.',
    ],
    ['a\n\n<%= a b %>\n', { a: 1 }, [3], 'missing ) after argument list'],
    ['a\n<% if (a) { %>\nb\n', { a: 1 }, [4], 'Unexpected end of input'],
    ['a\n<%= a\nb\n', { a: 1 }, [2, 1], 'a <% has no %>'],
    ['a\n<%= a\n<%= b %>\n', { a: 1 }, [2, 1], 'a <% has no %>'],
    ["a\n<% throw new Error('x\\n\\ny') %>", {}, [2], 'x\n\ny'],
    ['a\n<% const a = 1 %>\n', { a: 1 }, [2], "Identifier 'a' has already been declared"],
    ['a\n<% undeclared = 1 %>\n', { a: 1 }, [2], 'undeclared is not defined', 'There are: a.'],
  ])('%j', (text, data, [line, column], message, hint) => {
    const error = mistake(() => render(text, data))
    expect({ ...error.at, file: 't.ejs' }).toEqual({
      file: 't.ejs',
      line,
      ...(column === undefined ? {} : { column }),
    })
    expect(error.at?.file).toMatch(/\/t\.ejs$/)
    expect([error.message, error.hint]).toEqual([message, hint])
  })
})

describe('a secret', () => {
  const token = new Secret('s3cret')
  test.each<[text: string, data: object, content: string]>([
    ['k=<%= token %>\n', { token }, 'k=s3cret\n'],
    ['<%= a.b[0].token %>', { a: { b: [{ token }] } }, 's3cret'],
    ["<%= list.join(', ') %>", { list: ['x', token] }, 'x, s3cret'],
    ['<%= `Bearer ${token}` %>', { token }, 'Bearer s3cret'],
    ['<%= JSON.stringify({ token }) %>', { token }, '{"token":"s3cret"}'],
    ['<%= map.get("x") %>', { map: new Map([['x', token]]) }, 's3cret'],
    ['<%= find("x") %>', { find: () => token }, 's3cret'],
    ['<%= token.reveal() %>', { token }, 's3cret'],
    [
      '<% for (const { key } of users) { %><%= key %>,<% } %>',
      { users: [{ key: 'a' }, { key: token }] },
      'a,s3cret,',
    ],
  ])('in %j is printed, and makes the text secret', (text, data, content) => {
    const rendered = render(text, data)
    expect(Secret.is(rendered) && rendered.reveal()).toBe(content)
    expect(`${rendered} ${token} ${JSON.stringify({ token })}`).toBe('*** *** {"token":"***"}')
  })

  test('that is not printed is not read, and leaves the text plain', () => {
    const unread = new Secret(() => {
      throw new Error('it was read')
    })
    expect(render('<% if (unread) { %><%= port %><% } %>', { port: 22, unread, deep: [unread] })).toBe('22')
  })

  test('that is printed is not read before the text is', () => {
    const rendered = render('<%= token %>', { token: Secret.env('RAMPART_TEST_UNSET') })
    expect(() => Secret.is(rendered) && rendered.reveal()).toThrow('RAMPART_TEST_UNSET is not set')
  })

  test('that was printed by an included template makes the whole text secret', () => {
    const dir = role({ 'a.ejs': "<%= include('b.ejs', { token }) %>!", 'b.ejs': '<%= token %>' })
    const rendered = renderTemplate(dir, 'a.ejs', { token })
    expect(Secret.is(rendered) && rendered.reveal()).toBe('s3cret!')
  })

  test('prints as *** again after a template that failed', () => {
    expect(mistake(() => render('<%= token %><%= gone %>', { token })).message).toBe('gone is not defined')
    expect(`${token}`).toBe('***')
  })
})

describe('files', () => {
  test('a template includes others from beside itself, with the data at hand and more', () => {
    const dir = role({
      'templates/site.ejs': "<%= include('parts/head.ejs', { title: 'T' }) %><%= include('../top.ejs') %>",
      'templates/parts/head.ejs': "<%= title %> <%= port %><%= include('tail.ejs') %>\n",
      'templates/parts/tail.ejs': '.',
      'top.ejs': 'top <%= port %>\n',
    })
    expect(renderTemplate(dir, 'templates/site.ejs', { port: 1 })).toBe('T 1.\ntop 1\n')
  })

  test('a mistake of an included template is told where it stands', () => {
    const dir = role({
      'a.ejs': "\n\n<%= include('b.ejs') %>",
      'b.ejs': "\n<%= include('c.ejs') %>",
      'c.ejs': 'x\n<%= gone %>',
    })
    const error = mistake(() => renderTemplate(dir, 'a.ejs', {}))
    expect(error).toMatchObject({ message: 'gone is not defined', at: { file: join(dir, 'c.ejs'), line: 2 } })
  })

  test.each<[include: string, message: string, hint: string]>([
    ['b.ejs', 'there is no template b.ejs in', 'Did you mean "bb.ejs"?'],
    [
      '../../b.ejs',
      "the template ../../b.ejs is outside the role's folder",
      'Keep it in the role, or give what it says as a variable.',
    ],
    [
      '/etc/hostname',
      "the template /etc/hostname is outside the role's folder",
      'Keep it in the role, or give what it says as a variable.',
    ],
  ])('a mistake of including %s is told where it is included', (file, message, hint) => {
    const dir = role({ 't/site.ejs': `\n<%= include('${file}') %>`, 't/bb.ejs': '' })
    const error = mistake(() => renderTemplate(dir, 't/site.ejs', {}))
    expect(error).toMatchObject({ at: { file: join(dir, 't/site.ejs'), line: 2 }, hint })
    expect(error.message).toContain(message)
  })

  test.each<[file: string, message: string, hint: string]>([
    ['templates/x.ejs', 'there is no template templates/x.ejs in', 'Did you mean "templates/xy.ejs"?'],
    ['templates', 'there is no template templates in', 'There are: templates/xy.ejs.'],
    [
      '../x.ejs',
      "the template ../x.ejs is outside the role's folder",
      'Keep it in the role, or give what it says as a variable.',
    ],
  ])('a template %s that cannot be had is told where it is asked for', (file, message, hint) => {
    const dir = role({ 'templates/xy.ejs': '', 'role.ts': '' })
    const error = mistake(() => renderTemplate(dir, file, {}))
    expect(error).toMatchObject({ at: { file: 'test/project/template.test.ts' }, hint })
    expect(error.message).toContain(message)
  })

  test("a role's folder that is not there is told", () => {
    const error = mistake(() => renderTemplate(join(root, 'none'), 'x.ejs', {}))
    expect([error.message, error.hint]).toEqual([
      `there is no folder ${join(root, 'none')}`,
      'Write in the role: dir: import.meta.dirname.',
    ])
  })

  test('a file is read once for a run, and afresh for the next', () => {
    const dir = role({ 't.ejs': 'one' })
    const first = templates()
    expect(first(dir, 't.ejs', {})).toBe('one')
    writeFileSync(join(dir, 't.ejs'), 'two')
    expect(first(dir, 't.ejs', {})).toBe('one')
    expect(templates()(dir, 't.ejs', {})).toBe('two')
  })

  test('the same text is a template of each set of names on its own', () => {
    const text = "<%= typeof a === 'undefined' ? 'none' : a %>"
    expect([render(text, { b: 1 }), render(text, { a: 1 }), render(text, { c: 1 })]).toEqual([
      'none',
      '1',
      'none',
    ])
  })
})
