-- Exports from before were plain JSON arrays. The defaults stay: while a new version comes in, the old one still adds rows.
alter table export add column datafile_format text not null default 'json';
alter table export add column datafile_compression boolean not null default false;
