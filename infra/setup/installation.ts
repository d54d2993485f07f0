import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Connection } from '@temporalio/client';
import { z } from 'zod';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { HdfsError } from '../../activities/hdfs/error.ts';
import { Refusal } from '../../common/refusal.ts';
import { readInstallation, writeInstallation } from './installation-file.ts';

/** Whose a namespace or a directory of HDFS is. `place` is `host:data directory`, for people. */
const owner = z.object({ installation: z.string(), place: z.string() });
type Owner = z.infer<typeof owner>;

/** How the set-up knows its own: which servers lie in the data directory itself, and what the pipeline is for. */
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
  /** Temporal's `host:port`, to name it in a refusal. */
  temporalAddress: string;
}

const ID_KEY = 'chatlake.installation';
const PLACE_KEY = 'chatlake.place';

/**
 * Makes sure that Temporal's namespace and the lake are this installation's: two pipelines in one of them would cancel each other's
 * chats, load each other's lines and write each other's reports. What is nobody's becomes ours.
 * @throws Refusal 78 naming both installations and what to set
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

/** Something that belongs to an installation. `isLocal`: it lies in the data directory, and is its own whatever is written in it. */
export interface Belonging {
  owner: Owner | undefined;
  isLocal: boolean;
  refusal: (other: Owner) => Refusal;
}

/**
 * The id of the installation: the one that it has; else that of what is certainly its own (a server of its own, or what was joined from
 * this very directory); else a new one.
 * @throws Refusal for what is another's
 */
export function idOf(self: { id: string | undefined; place: string }, belongings: readonly Belonging[]): string {
  const owned = belongings.flatMap(({ owner, isLocal }) =>
    owner !== undefined && (isLocal || owner.place === self.place) ? [owner.installation] : [],
  );
  const id = self.id ?? owned[0] ?? randomUUID();
  for (const { owner, isLocal, refusal } of belongings)
    if (owner !== undefined && owner.installation !== id && !isLocal) throw refusal(owner);
  return id;
}

async function namespaceOwner(connection: Connection, namespace: string): Promise<Owner | undefined> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  const { [ID_KEY]: installation, [PLACE_KEY]: place } = namespaceInfo?.data ?? {};
  return installation ? { installation, place: place ?? 'an unknown place' } : undefined;
}

const markOf = (root: string): string => `${root}/installation.json`;

async function lakeOwner(hdfs: Hdfs, root: string): Promise<Owner | undefined> {
  try {
    return owner.parse(JSON.parse(await hdfs.readText(markOf(root))));
  } catch (error) {
    if (error instanceof HdfsError && error.kind === 'absent') return undefined;
    if (error instanceof HdfsError) throw error;
    throw new Refusal(
      78,
      `Expected ${markOf(root)} in HDFS to say whose lake this is, found something else. Restore it, or rename it where the lake is this installation’s.`,
    );
  }
}

async function writeLakeOwner(hdfs: Hdfs, root: string, mine: Owner): Promise<void> {
  try {
    await hdfs.writeText(markOf(root), `${JSON.stringify(mine)}\n`, { createParent: true });
  } catch (error) {
    if (!(error instanceof HdfsError) || error.kind !== 'exists') throw error;
    // Another installation of the same moment was faster.
    const other = await lakeOwner(hdfs, root);
    if (other !== undefined && other.installation !== mine.installation) throw foreignLake(root, mine.place, other);
  }
}

function foreignNamespace(address: string, namespace: string, place: string, other: Owner): Refusal {
  return new Refusal(
    78,
    `Expected the namespace ${namespace} of Temporal at ${address} to be free or this installation’s (${place}), but it is that of ${other.place}. ` +
      'Unset TEMPORAL_ADDRESS to have a Temporal started here, or set TEMPORAL_NAMESPACE to another namespace ' +
      `(\`temporal operator namespace create --namespace NAME --address ${address}\`). ${successor(other)}`,
  );
}

function foreignLake(root: string, place: string, other: Owner): Refusal {
  return new Refusal(
    78,
    `Expected ${root} in HDFS to be free or this installation’s (${place}), but it is the lake of ${other.place}. ` +
      `Set HDFS_ROOT to another directory, or unset WEBHDFS_URL to have an HDFS started here. ${successor(other)}`,
  );
}

function successor(other: Owner): string {
  return `Where this installation goes on for that one, stop that one and copy installation.json from ${other.place.slice(other.place.indexOf(':') + 1)} into DATA_DIR.`;
}
