import type { JsonMap } from './tctl.ts'
import type { Variables } from './variables.ts'
import { VENDOR_ROLE } from './variables.ts'

/**
 * What a vendor may do: a shell, in the named accounts of the nodes that have the labels. Nothing is allowed that is not
 * said, so there is nothing to strip: what counts is that its users have no other role. Whether by browser or by `tsh` is
 * not for a role to say.
 */
export function vendorRole(vars: Variables): JsonMap {
  return {
    kind: 'role',
    version: 'v7',
    metadata: {
      name: VENDOR_ROLE,
      description: 'External vendor - shell on vendor-labelled GPU nodes only',
    },
    spec: {
      options: {
        max_session_ttl: vars.vendor_max_ttl,
        client_idle_timeout: vars.idle_timeout,
        disconnect_expired_cert: true,
        forward_agent: false,
        permit_x11_forwarding: false,
        ssh_file_copy: vars.vendor_file_copy,
        ssh_port_forwarding: { local: { enabled: false }, remote: { enabled: false } },
        create_host_user_mode: 'off',
        // What cannot be recorded does not take place.
        record_session: { default: 'strict', ssh: 'strict' },
        enhanced_recording: ['command', 'network'],
      },
      allow: {
        logins: vars.vendor_logins,
        node_labels: vars.vendor_labels,
        ...(vars.moderated ? { require_session_join: [moderation] } : {}),
      },
      deny: {
        logins: ['root'],
        node_labels: { role: ['bastion'] },
        rules: [
          { resources: ['event', 'session'], verbs: ['list', 'read'] },
          {
            resources: ['session_tracker'],
            verbs: ['list', 'read', 'update', 'delete'],
            where: '!contains(session_tracker.participants, user.metadata.name)',
          },
          { resources: ['token', 'lock'], verbs: ['list', 'read', 'create', 'update', 'delete'] },
        ],
      },
    },
  }
}

const moderation = {
  name: 'auditor-present',
  filter: 'contains(user.spec.roles, "auditor")',
  kinds: ['ssh'],
  modes: ['moderator'],
  count: 1,
  on_leave: 'terminate',
} as const

/** Who has it besides the preset `auditor`, which can replay but not join, watches the vendors' sessions while they last. */
export function observerRole({ edition }: Variables): JsonMap {
  return {
    kind: 'role',
    version: 'v7',
    metadata: { name: 'session-observer', description: 'Watch live vendor sessions' },
    spec: {
      allow: {
        join_sessions: [
          {
            name: 'observe-vendor',
            roles: [VENDOR_ROLE],
            kinds: ['ssh'],
            modes: edition === 'enterprise' ? ['moderator', 'observer'] : ['observer'],
          },
        ],
      },
    },
  }
}
