import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { CHANNEL_LOGIN } from '../../workflows/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** Adds the search attributes that are missing. The server knows a new one after a second or so. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  if (CHANNEL_LOGIN.name in customAttributes) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: { [CHANNEL_LOGIN.name]: IndexedValueType[`INDEXED_VALUE_TYPE_${CHANNEL_LOGIN.type}`] },
  });
}
