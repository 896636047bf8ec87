import type { Handler } from '../index.ts'
import { handler } from '../index.ts'
import { shortUnitName, wholeUnitName } from './parameters/unit-name.ts'
import { daemonReloadIfNeeded, up } from './parts/unit-steps.ts'
import { service } from './service.ts'

/**
 * A handler that makes a unit read its configuration again: it is reloaded, or restarted if it knows no reload; nothing
 * is done if it does not run. Give a file's `validate` what can tell a wrong configuration: a reload does not wait for
 * the service to have read it. Throws a VariableError for what is no unit's name.
 */
export function reload(unit: string): Handler {
  return waking('reload', unit, 'try-reload-or-restart')
}

/** A handler that restarts a unit, or starts it if it does not run. Throws a VariableError for what is no unit's name. */
export function restart(unit: string): Handler {
  return waking('restart', unit, 'restart')
}

function waking(word: string, unit: string, verb: 'restart' | 'try-reload-or-restart'): Handler {
  // Wrong names are refused as they are there.
  service({ unit })
  const whole = wholeUnitName(unit)
  return handler(`${word} ${shortUnitName(whole)}`, daemonReloadIfNeeded(whole), up(verb, whole))
}
