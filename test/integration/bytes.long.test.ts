import { registerByteTests } from "../kit/bytes.ts";

registerByteTests({ payloads: 10_000 });
