import { lazy, Suspense, type ComponentType, type ReactNode } from "react";

/**
 * A dialog, or what stands behind a tab, whose code comes when it is first opened: its page is there sooner without it.
 * `waiting` is in its place until then.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting?: ReactNode,
): ComponentType<Props> {
  const Loaded: ComponentType<Props> = lazy(async () => ({ default: await load() }));
  return function LazyPart(props: Props) {
    return (
      <Suspense fallback={waiting}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
