-- The trace that an event was published in (W3C Trace Context), as a header of version 00; null for most.

alter table events add column traceparent text;
