\echo Use "CREATE EXTENSION touchpoint" to load this file. \quit

