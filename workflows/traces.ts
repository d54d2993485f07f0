import {
  OpenTelemetryInboundInterceptor,
  OpenTelemetryOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/workflow/index.js';
import { workflowInfo } from '@temporalio/workflow';
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { isTraced } from './traced.ts';

/**
 * The spans of a workflow and its activities. This module is in the bundle only if traces are wanted. A query is none of the workflow's work, and
 * would be a trace of its own, so it has no span.
 */
export function interceptors(): WorkflowInterceptors {
  if (!isTraced(workflowInfo().workflowType)) return {};
  const [inbound, outbound] = [new OpenTelemetryInboundInterceptor(), new OpenTelemetryOutboundInterceptor()];
  return {
    inbound: [{ execute: (input, next) => inbound.execute(input, next) }],
    outbound: [{ scheduleActivity: (input, next) => outbound.scheduleActivity(input, next) }],
  };
}
