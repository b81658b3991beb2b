/** The stories of `simulation/`; `modules.ts` loads them with the product that has its effects replaced. */
export { simulate, startOf, tell } from "../run.ts";
export { STORIES } from "../stories.ts";
