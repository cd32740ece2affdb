// Reads calendars with ical.js and node-ical. Standard input: a JSON list of calendars. Output: for each what both make of it.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      start: event.startDate.toUnixTime(),
      end: event.endDate.toUnixTime(),
    };
  });
}

function byNodeIcal(text) {
  const entries = Object.values(nodeIcal.sync.parseICS(text)).filter((entry) => entry.type === "VEVENT");
  return entries.map((entry) => ({
    uid: entry.uid,
    sequence: Number(entry.sequence),
    // A property with parameters comes as an object of its value and them.
    summary: entry.summary?.val ?? entry.summary,
    start: entry.start.getTime() / 1000,
    end: entry.end.getTime() / 1000,
  }));
}

function attempt(read, text) {
  try {
    return read(text);
  } catch (error) {
    return [{ fault: String(error) }];
  }
}

const calendars = JSON.parse(readFileSync(0, "utf8"));
const answers = calendars.map((text) => ({ "ical.js": attempt(byIcalJs, text), "node-ical": attempt(byNodeIcal, text) }));
process.stdout.write(JSON.stringify(answers));
