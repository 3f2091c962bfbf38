using Microsoft.AspNetCore.Mvc.ModelBinding;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>The files that a form brings to a draft: each joined or refused for itself, by its name.</summary>
internal static class DraftFiles
{
    /// <returns>How many were joined; the model state says of each other why not.</returns>
    public static async Task<int> JoinAsync(Func<string, Stream, Task<Result<LetterAttachment>>> add, IEnumerable<IFormFile> files, ModelStateDictionary errors)
    {
        var joined = 0;
        foreach (var file in files)
        {
            var name = Path.GetFileName(file.FileName);
            await using var content = file.OpenReadStream();
            var added = await add(name, content);
            if (added.Succeeded)
                joined++;
            else
                errors.AddModelError("Form.Files", $"« {name} » : {(added.Problem!.Errors is [var reason, ..] ? reason.Message : added.Problem.Message)}");
        }

        return joined;
    }
}
