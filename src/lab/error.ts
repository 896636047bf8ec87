import { RampartError } from '../model/error.ts'

/** The lab cannot do what was asked: something is missing on this machine, or a host does not come up. */
export class LabError extends RampartError {
  override name = 'LabError'
}
