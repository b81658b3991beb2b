import { registerByteTests } from "../kit/bytes.ts";

registerByteTests({ payloads: 300 });
