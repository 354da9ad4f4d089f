/*
 * replay.c
 *	  Run a target over files and directories of files, without a fuzzer: the corpus, or one input
 *	  that a fuzzer found.
 */
#include "fuzz.h"

#include <dirent.h>

static int
replay(const char *path)
{
	FILE	   *in = fopen(path, "rb");
	uint8_t    *data;
	long		size;

	if (in == NULL || fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0)
	{
		perror(path);
		exit(1);
	}
	rewind(in);
	data = malloc((size_t) size + 1);
	if (fread(data, 1, (size_t) size, in) != (size_t) size)
	{
		perror(path);
		exit(1);
	}
	fclose(in);
	LLVMFuzzerTestOneInput(data, (size_t) size);
	free(data);
	return 1;
}

int
main(int argc, char **argv)
{
	int			n = 0;

	for (int i = 1; i < argc; i++)
	{
		DIR		   *dir = opendir(argv[i]);
		struct dirent *entry;

		if (dir == NULL)
		{
			n += replay(argv[i]);
			continue;
		}
		while ((entry = readdir(dir)) != NULL)
		{
			char		path[4096];

			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
			n += replay(path);
		}
		closedir(dir);
	}
	printf("%s: %d inputs hold\n", argv[0], n);
	return n > 0 ? 0 : 1;
}
