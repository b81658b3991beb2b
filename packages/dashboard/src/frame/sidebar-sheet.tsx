import { Dialog } from "@base-ui/react/dialog";
import { Sidebar } from "./sidebar.tsx";
import { strings } from "./strings.ts";

/** The navigation on phones, over the page. */
export function SidebarSheet(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="overlay fixed inset-y-0 left-0 z-40 w-72 overflow-y-auto border-r border-hairline bg-page outline-none">
          <Dialog.Title className="sr-only">{strings.menu}</Dialog.Title>
          <Sidebar />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
