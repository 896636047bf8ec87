import { stringify } from 'yaml'

/** A value as YAML. A Secret is written as `***`. */
export const toYaml = (value: unknown): string => stringify(JSON.parse(JSON.stringify(value)))
