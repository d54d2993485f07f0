import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Connection } from '@temporalio/client';
import { z } from 'zod';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { HdfsError } from '../../activities/hdfs/error.ts';
import { Refusal } from '../../common/refusal.ts';
import { readInstallation, writeInstallation } from './installation-file.ts';

/** The installation that owns a namespace or lake. `place` is `host:data directory`, for messages. */
const owner = z.object({ installation: z.string(), place: z.string() });
type Owner = z.infer<typeof owner>;

/** Which servers run in the data directory itself, and what the installation is used for. */
export interface Own {
  temporal: boolean;
  hdfs: boolean;
  use: 'demo' | 'up';
}

export interface InstallationSettings {
  /** The data directory, absolute. */
  directory: string;
  /** The lake's directory in HDFS, such as `/chatlake`. */
  root: string;
  /** Temporal's `host:port`, for error messages. */
  temporalAddress: string;
}

const ID_KEY = 'chatlake.installation';
const PLACE_KEY = 'chatlake.place';

/**
 * Checks that Temporal's namespace and the lake belong to this installation, and claims them if they have no owner. Two pipelines in one
 * namespace or lake would cancel each other's chats, load each other's lines and overwrite each other's reports.
 * @throws Refusal 78 with both installations and the variables to set
 */
export async function joinInstallation(
  settings: InstallationSettings,
  { connection, namespace, hdfs, own }: { connection: Connection; namespace: string; hdfs: Hdfs; own: Own },
): Promise<void> {
  const { directory, root, temporalAddress } = settings;
  const place = `${hostname()}:${directory}`;
  const before = readInstallation(directory)?.id;
  const ofNamespace = await namespaceOwner(connection, namespace);
  const ofLake = await lakeOwner(hdfs, root);

  const id = idOf({ id: before, place }, [
    {
      owner: ofNamespace,
      isLocal: own.temporal,
      refusal: (other) => foreignNamespace(temporalAddress, namespace, place, other),
    },
    { owner: ofLake, isLocal: own.hdfs, refusal: (other) => foreignLake(root, place, other) },
  ]);
  writeInstallation(directory, { id, use: own.use });
  const mine: Owner = { installation: id, place };
  if (ofLake === undefined) await writeLakeOwner(hdfs, root, mine);
  if (ofNamespace?.installation !== id || ofNamespace.place !== place)
    await connection.workflowService.updateNamespace({
      namespace,
      updateInfo: { data: { [ID_KEY]: id, [PLACE_KEY]: place } },
    });
}

/** A namespace or lake. */
export interface Resource {
  owner: Owner | undefined;
  /** It is in the data directory, so it belongs to this installation whatever its `owner` says. */
  isLocal: boolean;
  refusal: (other: Owner) => Refusal;
}

/**
 * The id of the installation: its own; else that of a resource which is certainly its own (local, or claimed from the same directory);
 * else a new one.
 * @throws Refusal if a resource belongs to another installation
 */
export function idOf(self: { id: string | undefined; place: string }, resources: readonly Resource[]): string {
  const owned = resources.flatMap(({ owner, isLocal }) =>
    owner !== undefined && (isLocal || owner.place === self.place) ? [owner.installation] : [],
  );
  const id = self.id ?? owned[0] ?? randomUUID();
  for (const { owner, isLocal, refusal } of resources)
    if (owner !== undefined && owner.installation !== id && !isLocal) throw refusal(owner);
  return id;
}

async function namespaceOwner(connection: Connection, namespace: string): Promise<Owner | undefined> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  const { [ID_KEY]: installation, [PLACE_KEY]: place } = namespaceInfo?.data ?? {};
  return installation ? { installation, place: place ?? 'an unknown place' } : undefined;
}

const ownerFile = (root: string): string => `${root}/installation.json`;

async function lakeOwner(hdfs: Hdfs, root: string): Promise<Owner | undefined> {
  try {
    return owner.parse(JSON.parse(await hdfs.readText(ownerFile(root))));
  } catch (error) {
    if (error instanceof HdfsError && error.kind === 'absent') return undefined;
    if (error instanceof HdfsError) throw error;
    throw new Refusal(
      78,
      `Expected ${ownerFile(root)} in HDFS to name the owner of the lake, found something else. Restore it, or rename it if the lake belongs to this installation.`,
    );
  }
}

async function writeLakeOwner(hdfs: Hdfs, root: string, mine: Owner): Promise<void> {
  try {
    await hdfs.writeText(ownerFile(root), `${JSON.stringify(mine)}\n`, { createParent: true });
  } catch (error) {
    if (!(error instanceof HdfsError) || error.kind !== 'exists') throw error;
    // Another installation wrote the file at the same moment.
    const other = await lakeOwner(hdfs, root);
    if (other !== undefined && other.installation !== mine.installation) throw foreignLake(root, mine.place, other);
  }
}

function foreignNamespace(address: string, namespace: string, place: string, other: Owner): Refusal {
  return new Refusal(
    78,
    `Expected the namespace ${namespace} of Temporal at ${address} to be unused or to belong to this installation (${place}), but it belongs to ${other.place}. ` +
      'Unset TEMPORAL_ADDRESS to start a local Temporal, or set TEMPORAL_NAMESPACE to another namespace ' +
      `(\`temporal operator namespace create --namespace NAME --address ${address}\`). ${successor(other)}`,
  );
}

function foreignLake(root: string, place: string, other: Owner): Refusal {
  return new Refusal(
    78,
    `Expected ${root} in HDFS to be unused or to belong to this installation (${place}), but it belongs to ${other.place}. ` +
      `Set HDFS_ROOT to another directory, or unset WEBHDFS_URL to start a local HDFS. ${successor(other)}`,
  );
}

function successor(other: Owner): string {
  return `If this installation replaces that one, stop that one and copy installation.json from ${other.place.slice(other.place.indexOf(':') + 1)} into DATA_DIR.`;
}
