/** What a value is, in the words of somebody who writes playbooks: `the task "x"`, `the role web`, `a list`, `nothing`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return ofFunction(value)
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`
  if (typeof value !== 'object') return `a ${typeof value}`
  if (value instanceof Promise) return 'a promise'
  if ('kind' in value && 'id' in value) return `the resource ${value.id}`
  if ('script' in value) return 'a command'
  if ('type' in value && value.type === 'playbook') return 'a playbook'
  if ('type' in value && 'name' in value) return `the ${value.type} "${value.name}"`
  return 'an object'
}

function ofFunction(value: object): string {
  if ('role' in value) return `the role ${value.role}`
  return kindOfResource(value) === undefined ? 'a function' : `the function ${kindOfResource(value)}`
}

/** The word of a resource whose function this is, such as `file`; undefined for anything else. */
export function kindOfResource(value: unknown): string | undefined {
  const type = typeof value === 'function' && 'type' in value ? value.type : undefined
  return typeof type === 'object' && type !== null && 'kind' in type ? String(type.kind) : undefined
}
