// Suggestions for a field in which a place is typed.

import { Places, request } from "./api";
import { part } from "./page";

// While one is being typed; `path` is where to ask.
export function suggest_places(field: HTMLInputElement, path: string): void {
  let asked = "";
  field.addEventListener("input", () => {
    const text = field.value.trim();
    setTimeout(async () => {
      if (field.value.trim() !== text || text === asked || text === "") return;
      asked = text;
      const outcome =
        await request<Places>("GET", `${path}?text=${encodeURIComponent(text)}`);
      if (outcome.kind !== "ok" || asked !== text) return;
      part("places").replaceChildren(...outcome.value.places.map((place) => {
        const option = document.createElement("option");
        option.value = place.place_id;
        option.textContent = place.place_label;
        return option;
      }));
    }, 200);
  });
}
