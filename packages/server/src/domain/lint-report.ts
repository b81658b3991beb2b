import type { ProfileProblem } from "./profile.ts";

/** Notes one finding; the pointer is into the profile. */
export type Report = (level: ProfileProblem["level"], pointer: string, message: string) => void;
