import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { CHANNEL_LOGIN } from '../../workflows/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** Adds missing search attributes. The server needs about a second until a new one can be used. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  if (CHANNEL_LOGIN.name in customAttributes) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: { [CHANNEL_LOGIN.name]: IndexedValueType[`INDEXED_VALUE_TYPE_${CHANNEL_LOGIN.type}`] },
  });
}
