-- What the attempts of an unfinished export leave behind for the next one, as JSON.
alter table export add column trail text;
